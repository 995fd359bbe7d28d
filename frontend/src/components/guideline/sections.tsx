import { Trans, useLingui } from "@lingui/react/macro";
import type { GuidelineSection } from "../../api/types";
import { Badge } from "../../ui/badge";
import { Markdown } from "../markdown/markdown";
import css from "./guideline.module.css";

interface Props {
  readonly sections: readonly GuidelineSection[];
  /** Under which heading they stand. */
  readonly under?: number;
}

/** Sections with a word on those that changed since one read them. */
export const Sections = ({ sections, under = 1 }: Props) => (
  <div className={css.sections}>
    {sections.map((section) => (
      <section key={section.key} id={anchorOf(section.key)} className={css.section} data-became={section.became}>
        <Became became={section.became} />
        <Markdown text={section.text} under={under} />
      </section>
    ))}
  </div>
);

export const anchorOf = (key: string): string => `section-${key}`;

export const Became = ({ became }: { readonly became: string | null }) => {
  const { t } = useLingui();
  if (became !== "added" && became !== "changed") return null;
  return (
    <p className={css.became}>
      <Badge tone="accent">{became === "added" ? t`new since you read it` : t`changed since you read it`}</Badge>
    </p>
  );
};

/** Nothing was written: says who could. */
export const NoGuideline = ({ manager }: { readonly manager: boolean }) =>
  manager ? (
    <Trans>Write down how to annotate here: what each label takes in and where it ends.</Trans>
  ) : (
    <Trans>A manager of this project can write one.</Trans>
  );
