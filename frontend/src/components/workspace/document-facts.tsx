import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { Choice } from "../../ui/choice";
import { may } from "../access";
import { date, figure, languageNames } from "../words";
import { useDesk } from "./desk";
import css from "./document-facts.module.css";

/** Labels of the whole document, and what is known of it. */
export const DocumentFacts = () => {
  const { snapshot } = useDesk();
  const { document } = snapshot.visible;
  return (
    <section className={css.facts}>
      <h2>
        <Trans>Document</Trans>
      </h2>
      <Labels />
      <dl className={css.list}>
        {document.published && (
          <Fact name={<Trans>Published</Trans>}>
            <time dateTime={document.published}>{date(document.published)}</time>
          </Fact>
        )}
        {document.source_url && (
          <Fact name={<Trans>Source</Trans>}>
            <Source url={document.source_url} />
          </Fact>
        )}
        <Fact name={<Trans>Languages</Trans>}>{languageNames(document.languages.map(({ lang }) => lang))}</Fact>
        <Fact name={<Trans>Length</Trans>}>
          <Trans>{figure(document.length)} characters</Trans>
        </Fact>
      </dl>
      <Erase />
    </section>
  );
};

const EraseDialog = lazy(() => import("../erasure/erase-dialog").then((it) => ({ default: it.EraseDialog })));

/** For managers, and rarely: so it is fetched when it is wanted. */
const Erase = () => {
  const { project, document } = useDesk();
  const [asked, setAsked] = useState(false);
  if (!may(project.role, "manage")) return null;
  return (
    <>
      <Button variant="subtle" color="red" size="xs" className={css.erase ?? ""} onClick={() => setAsked(true)}>
        <Trans>Erase this document…</Trans>
      </Button>
      {asked && (
        <Suspense>
          <EraseDialog
            project={project.id}
            scope="document"
            subject={document}
            onClose={() => setAsked(false)}
            onDone={() => window.location.reload()}
          />
        </Suspense>
      )}
    </>
  );
};

const Fact = ({ name, children }: { readonly name: ReactNode; readonly children: ReactNode }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

/** Only an address that a browser opens as a page is made a link. */
const Source = ({ url }: { readonly url: string }) =>
  /^https?:\/\//i.test(url) ? (
    <a href={url} target="_blank" rel="noreferrer noopener">
      {hostOf(url)}
    </a>
  ) : (
    url
  );

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : url);

const Labels = () => {
  const { t } = useLingui();
  const { schema, snapshot, actions, canEdit } = useDesk();
  return schema.document_labels.map((label) => (
    <Choice
      key={label.key}
      size="xs"
      label={label.name}
      none={t`Not set`}
      options={label.values.map((value) => ({ value, label: value }))}
      value={snapshot.own.document_labels[label.key] ?? null}
      onChange={(value) => actions.setDocumentLabel(label.key, value)}
      disabled={!canEdit}
    />
  ));
};
