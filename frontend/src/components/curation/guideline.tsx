import { Trans, useLingui } from "@lingui/react/macro";
import { Drawer, useComputedColorScheme } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import type { Label, Guideline as Written } from "../../api/types";
import guide from "../guideline/guideline.module.css";
import { News } from "../guideline/news";
import { Sections } from "../guideline/sections";
import { useGuideline, withThoseUnder } from "../guideline/use-guideline";
import { LabelMark } from "../label-mark";
import { activeLabels, textLabels } from "../labels";
import { useBench } from "./bench";
import css from "./guideline.module.css";

interface Props {
  readonly onClose: () => void;
}

/** What the labels mean, by the guideline or else by the schema; those in question first. */
const Guideline = ({ onClose }: Props) => {
  const { t } = useLingui();
  const { project, schema, answers, current } = useBench();
  const written = useGuideline(project.id);
  const asked = new Set(answers.map(({ label }) => label));
  const labels = [...activeLabels(schema)].sort((a, b) => Number(asked.has(b.key)) - Number(asked.has(a.key)));
  const type = current?.kind === "link" ? schema.link_types.find(({ key }) => key === current.item.type) : undefined;
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size={460}
      title={t`Guideline`}
      closeButtonProps={{ "aria-label": t`Close` }}
      overlayProps={{ backgroundOpacity: 0.15 }}
    >
      {written && written.version > 0 && (
        <div className={guide.sections}>
          <News project={project.id} guideline={written} />
          <p className={css.quiet}>
            <Trans>Version {written.version}</Trans>
            {" · "}
            <Link to="/p/$project/guideline" params={{ project: project.id }} search={{}}>
              <Trans>Read all of it</Trans>
            </Link>
          </p>
        </div>
      )}
      <dl className={css.list}>
        {type && (
          <div>
            <dt className={css.label}>{type.name}</dt>
            <dd className={css.words}>{type.description || <Nothing />}</dd>
          </div>
        )}
        {labels.map((label) => (
          <Meaning key={label.key} label={label} written={written} />
        ))}
      </dl>
    </Drawer>
  );
};

const Meaning = ({ label, written }: { readonly label: Label; readonly written: Written | undefined }) => {
  const { schema } = useBench();
  const scheme = useComputedColorScheme("light");
  const looks = useMemo(() => textLabels(schema.labels, scheme), [schema, scheme]);
  const about = withThoseUnder(written?.sections ?? [], written?.labels[label.key]);
  return (
    <div>
      <dt className={css.label}>
        <LabelMark look={looks.find(({ key }) => key === label.key)} /> {label.name}
      </dt>
      <dd className={about.length > 0 ? css.section : css.words} dir="auto">
        {about.length > 0 ? <Sections sections={about} under={2} /> : label.description || <Nothing />}
      </dd>
      {label.attributes.length > 0 && (
        <dd className={css.words}>
          <ul className={css.attributes}>
            {label.attributes.map(({ key, name, values }) => (
              <li key={key}>
                {name}
                {values.length > 0 && `: ${values.join(", ")}`}
              </li>
            ))}
          </ul>
        </dd>
      )}
    </div>
  );
};

const Nothing = () => (
  <span className={css.quiet}>
    <Trans>The schema says nothing more about it.</Trans>
  </span>
);

export default Guideline;
