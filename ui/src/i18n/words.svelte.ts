import { IntlMessageFormat } from "intl-messageformat";

import en from "./en.json";
import zh from "./zh-CN.json";

/** A message of the catalogue. */
export type MessageKey = keyof typeof en;
export type Language = "en" | "zh-CN";
/** What a message's placeholders stand for. */
export type Values = Record<string, string | number>;

const catalogues: Record<Language, Record<MessageKey, string>> = { en, "zh-CN": zh };

/** The names in braces of a message, the names of plural and select arguments with them. */
function placeholders(message: string): string[] {
  return [...message.matchAll(/\{\s*([a-zA-Z_]\w*)\s*[,}]/g)].map((match) => match[1] ?? "");
}

/** The catalogue in one language; switching it changes every word on screen at once. */
export class Words {
  #language = $state<Language>("en");
  #formats = new Map<string, IntlMessageFormat>();
  #number = $derived(new Intl.NumberFormat(this.#language));

  get language(): Language {
    return this.#language;
  }

  use(language: Language): void {
    this.#language = language;
  }

  /** A message with its values filled in. A value that is missing shows as "…", never as a crash. */
  t = (key: MessageKey, values: Values = {}): string => this.in(this.#language, key, values);

  /** A message in a language of the caller's choice: the palette searches both. */
  in(language: Language, key: MessageKey, values: Values = {}): string {
    const id = `${language} ${key}`;
    let format = this.#formats.get(id);
    const message = catalogues[language][key];
    if (!format) {
      format = new IntlMessageFormat(message, language);
      this.#formats.set(id, format);
    }
    const filled: Values = { ...values };
    for (const name of placeholders(message)) filled[name] ??= "…";
    return String(format.format(filled));
  }

  /** Whether the catalogue has this key: codes come from the shell as plain text. */
  has(key: string): key is MessageKey {
    return Object.hasOwn(en, key);
  }

  number(value: number): string {
    return this.#number.format(value);
  }

  /** One decimal under 10, none above: rates and sizes. */
  short(value: number): string {
    return new Intl.NumberFormat(this.#language, { maximumFractionDigits: value < 10 ? 1 : 0 }).format(value);
  }

  percent(share: number): string {
    return new Intl.NumberFormat(this.#language, { style: "percent", maximumFractionDigits: 0 }).format(
      share,
    );
  }

  /** A part of a whole in per cent: rounding never makes it all or nothing while it is neither. */
  share(part: number, whole: number): string {
    if (whole <= 0) return this.percent(0);
    const share = part / whole;
    return this.percent(part <= 0 || part >= whole ? share : Math.min(0.99, Math.max(0.01, share)));
  }

  /** Bytes as MB or GB, decimal as file managers show them. */
  bytes(count: number): string {
    return count < 1e9 ? `${this.short(count / 1e6)} MB` : `${this.short(count / 1e9)} GB`;
  }

  /** MiB of memory in GB. */
  memory(mib: number): string {
    return mib < 1000 ? `${this.short(mib)} MB` : `${this.short(mib / 1024)} GB`;
  }

  /** Hour and minute. */
  time(ms: number): string {
    return new Intl.DateTimeFormat(this.#language, {
      hour: "2-digit",
      minute: "2-digit",
      hour12: false,
    }).format(ms);
  }

  /** Weekday or date, then the time, as near to now as needed. */
  moment(ms: number, now = Date.now()): string {
    const day = 86_400_000;
    const then = new Date(ms);
    if (then.toDateString() === new Date(now).toDateString()) return this.time(ms);
    const near = now - ms < 6 * day;
    const date = new Intl.DateTimeFormat(
      this.#language,
      near
        ? { weekday: "short" }
        : {
            month: "short",
            day: "numeric",
            year: then.getFullYear() === new Date(now).getFullYear() ? undefined : "numeric",
          },
    ).format(ms);
    return `${date} ${this.time(ms)}`;
  }
}
