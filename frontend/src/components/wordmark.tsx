import css from "./wordmark.module.css";

/** The name, written over a fainter, older line. */
export const Wordmark = ({ large = false }: { readonly large?: boolean }) => (
  <span className={css.mark} data-large={large}>
    P<span className={css.rest}>alimpsest</span>
  </span>
);
