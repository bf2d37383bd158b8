// A small story: two rooms, one lamp, three ways out.
VAR oil = 2
VAR told_truth = false

-> landing

=== landing ===
The boat leaves you on the rock and does not wait. Above you the lighthouse is dark, which it must never be.
* [Climb to the lamp] -> lamp_room
* [Look for the keeper] -> kitchen

=== kitchen ===
The keeper sits at a table laid for two. {told_truth: She does not look up.|"You took your time," she says.}
+ "The lamp is out."
    "The lamp is tired," she says. "There is a difference."
    -> answer
+ {not told_truth} "I came to take over."
    ~ told_truth = true
    She pours the second cup at last.
    -> answer
* [Leave her and climb] -> lamp_room

= answer
{oil > 0: A can of oil stands by the door.|The can by the door is empty.}
+ {oil > 0} [Take the oil up] -> lamp_room
+ [Go back out] -> landing_again

=== landing_again ===
The tide has taken half the steps.
* [Shout for the boat] Nobody answers. You go in again. -> kitchen
* -> ending_dark

=== lamp_room ===
The lamp room smells of salt and brass. {oil > 0: You have oil enough for {oil == 1: one night|two nights}.|There is nothing to burn.}
* {oil > 0} [Fill and light it]
    ~ oil = oil - 1
    The beam goes round, and far out a ship answers with its horn.
    -> ending_light
+ [Go down to the kitchen] -> kitchen

=== ending_light ===
{told_truth: "Good," says the keeper from the stairs. "Now it is yours."|Below, a door closes. You are alone with the light.}
-> END

=== ending_dark ===
You sit on the last dry step until the morning finds you.
-> END
