import type { CSSProperties } from "react";
import type { TextLabel } from "../document/view";
import css from "./label-mark.module.css";

/** A label's code over its bar: the colour and the line that its spans have in the text. */
export const LabelMark = ({ look }: { readonly look: TextLabel | undefined }) => (
  <span
    className={css.mark}
    aria-hidden="true"
    style={{ "--label": look?.color ?? "var(--ink-2)", "--style": look?.style ?? "solid" } as CSSProperties}
  >
    {look?.code ?? "?"}
  </span>
);
