import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { guidelineQuery } from "../../api/queries";
import { Empty, Trouble, Waiting } from "../../ui/states";
import { may } from "../access";
import css from "../guideline/guideline.module.css";
import { News } from "../guideline/news";
import { NoGuideline, Sections } from "../guideline/sections";
import { withThoseUnder } from "../guideline/use-guideline";
import { useDesk } from "./desk";

/** What the guideline says of the label in hand: that of the selected span, else the armed one; else all of it. */
export const GuidelineTab = () => {
  const { t } = useLingui();
  const { project, schema, snapshot } = useDesk();
  const { data, error, refetch } = useQuery(guidelineQuery(project.id));
  if (error) return <Trouble error={error} onRetry={refetch} />;
  if (!data) return <Waiting />;
  if (data.version === 0)
    return (
      <Empty title={<Trans>There is no guideline yet</Trans>}>
        <NoGuideline manager={may(project.role, "manage")} />
      </Empty>
    );
  const key = labelInHand(snapshot);
  const label = schema.labels.find((one) => one.key === key);
  const about = withThoseUnder(data.sections, label && data.labels[label.key]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a key leads here, and what scrolls must be reachable
    <section className={css.tab} tabIndex={0} aria-label={t`Guideline`} data-guideline>
      <News project={project.id} guideline={data} />
      {label && about.length === 0 && (
        <p className={css.quiet}>
          <Trans>No section is about {label.name}; this is all of it.</Trans>
        </p>
      )}
      <Sections sections={about.length > 0 ? about : data.sections} />
      <p className={css.quiet}>
        <Trans>Version {data.version}</Trans>
        {" · "}
        <Link to="/p/$project/guideline" params={{ project: project.id }} search={{ section: about[0]?.key }}>
          <Trans>Read all of it</Trans>
        </Link>
      </p>
    </section>
  );
};

const labelInHand = (snapshot: ReturnType<typeof useDesk>["snapshot"]): string | null => {
  const { selected, own, visible, armed } = snapshot;
  if (selected === null) return armed;
  const rows = [own, ...visible.sets.values()].map((set) => set.annotations.get(selected));
  return rows.find((row) => row !== undefined)?.label ?? armed;
};
