import { Plural, Trans } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { Guideline, Id } from "../../api/types";
import { Fault } from "../../ui/states";
import css from "./guideline.module.css";
import { isNews, useMarkRead } from "./use-guideline";

interface Props {
  readonly project: Id;
  readonly guideline: Guideline;
}

/** What changed since one read it, until one says that one has. */
export const News = ({ project, guideline }: Props) => {
  const read = useMarkRead(project);
  if (!isNews(guideline)) return null;
  const changed = guideline.sections.filter(({ became }) => became !== null).length + guideline.removed.length;
  return (
    <div className={css.news}>
      <p>
        {guideline.read === 0 ? (
          <Trans>You have not read this guideline yet.</Trans>
        ) : (
          <Plural
            value={changed}
            one="# section has changed since you read version"
            other="# sections have changed since you read version"
          />
        )}
        {guideline.read > 0 && ` ${guideline.read}.`}
        {guideline.written?.note && (
          <>
            {" "}
            <q dir="auto">{guideline.written.note}</q>
          </>
        )}
      </p>
      <div className={css.buttons}>
        <Button size="compact-sm" loading={read.isPending} onClick={() => read.mutate(guideline.version)}>
          <Trans>I have read it</Trans>
        </Button>
        {guideline.read > 0 && (
          <Link
            className={css.what}
            to="/p/$project/guideline"
            params={{ project }}
            search={{ version: guideline.version, compare: guideline.read }}
          >
            <Trans>What changed</Trans>
          </Link>
        )}
      </div>
      <Fault error={read.error} />
    </div>
  );
};
