// 一个小故事：两间屋，一盏灯，三条出路。
VAR oil = 2
VAR told_truth = false

-> landing

=== landing ===
船把你放在礁石上，没有等你。头顶的灯塔是黑的，它本不该黑。
* [爬上灯室] -> lamp_room
* [去找守塔人] -> kitchen

=== kitchen ===
守塔人坐在摆了两副碗筷的桌边。{told_truth: 她没有抬头。|“你来得真慢。”她说。}
+ “灯灭了。”
    “灯累了，”她说，“这不一样。”
    -> answer
+ {not told_truth} “我是来接班的。”
    ~ told_truth = true
    她终于倒了第二杯茶。
    -> answer
* [不理她，上楼] -> lamp_room

= answer
{oil > 0: 门边放着一罐油。|门边的罐子是空的。}
+ {oil > 0} [把油带上去] -> lamp_room
+ [回到外面] -> landing_again

=== landing_again ===
潮水已经淹了一半台阶。
* [朝船喊] 没有人应。你又走了进去。 -> kitchen
* -> ending_dark

=== lamp_room ===
灯室里是盐和黄铜的气味。{oil > 0: 油还够用。|没有东西可烧了。}
* {oil > 0} [添油，点灯]
    ~ oil = oil - 1
    光转了一圈，远处有一条船鸣笛回答。
    -> ending_light
+ [下楼去厨房] -> kitchen

=== ending_light ===
{told_truth: “好，”守塔人在楼梯上说，“现在它是你的了。”|楼下关上了一扇门。只剩你和灯。}
-> END

=== ending_dark ===
你坐在最后一级干的台阶上，直到早晨找到你。
-> END
