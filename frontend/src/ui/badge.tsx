import type { ReactNode } from "react";
import css from "./badge.module.css";

export type Tone = "plain" | "accent" | "good" | "warn" | "bad";

export const Badge = ({ tone = "plain", children }: { readonly tone?: Tone; readonly children: ReactNode }) => (
  <span className={css.badge} data-tone={tone}>
    {children}
  </span>
);
