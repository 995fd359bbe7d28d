import { type ReactNode, useEffect } from "react";
import css from "./page.module.css";

interface Props {
  readonly title: string;
  /** Beside the title, e.g. the one thing to do here. */
  readonly actions?: ReactNode;
  readonly lead?: ReactNode;
  readonly children: ReactNode;
}

export const Page = ({ title, actions, lead, children }: Props) => {
  useTitle(title);
  return (
    <div className={css.page}>
      <header className={css.head}>
        <h1>{title}</h1>
        {actions && <div className={css.actions}>{actions}</div>}
      </header>
      {lead && <p className={css.lead}>{lead}</p>}
      {children}
    </div>
  );
};

export const Section = ({ title, children }: { readonly title: ReactNode; readonly children: ReactNode }) => (
  <section className={css.section}>
    <h2>{title}</h2>
    {children}
  </section>
);

export const useTitle = (title: string): void => {
  useEffect(() => {
    document.title = title ? `${title} – Palimpsest` : "Palimpsest";
  }, [title]);
};
