import { Trans, useLingui } from "@lingui/react/macro";
import { useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { sendCommands } from "../api/commands";
import { projectQuery } from "../api/queries";
import type { Id } from "../api/types";
import { Announcer } from "../components/announcer";
import { useGoNext } from "../components/assignment";
import { type Neighbours, useNeighbours } from "../components/neighbours";
import { type OpenDocument, useOpenDocument } from "../components/open-document";
import { WithPresence } from "../components/presence";
import { useAccount } from "../components/session";
import { TopBar } from "../components/topbar";
import type { DeskDoors } from "../components/workspace/commands";
import { type Desk, DeskContext, useDesk } from "../components/workspace/desk";
import { DeskBar } from "../components/workspace/desk-bar";
import { DocumentCrumbs } from "../components/workspace/document-crumbs";
import { useDeskKeys } from "../components/workspace/keys";
import { Palette } from "../components/workspace/palette";
import { Panel } from "../components/workspace/panel";
import { SelectedStrip } from "../components/workspace/selected-strip";
import { TextColumn } from "../components/workspace/text-column";
import { useDeskState } from "../components/workspace/use-desk-state";
import { newId } from "../document/ids";
import { useTitle } from "../ui/page";
import { Empty, Trouble, Waiting } from "../ui/states";
import css from "./workspace.module.css";

const ROUTE = "/inside/p/$project/d/$document/";

const KeyHelp = lazy(() => import("../components/workspace/key-help"));
const CommandPalette = lazy(() => import("../components/workspace/command-palette"));
const AnswerSuggestions = lazy(() => import("../components/workspace/answer-suggestions"));
const Skip = lazy(() => import("../components/assignment"));
const Spread = lazy(() => import("../components/workspace/spread"));

const Workspace = () => {
  const { project, document } = useParams({ from: ROUTE });
  const { shared } = useSuspenseQuery(projectQuery(project)).data;
  const account = useAccount();
  const opening = useOpenDocument(project, document, { account: account.id, shared });
  if (opening.state === "open" && !opening.denied)
    return (
      <Announcer>
        <OpenDesk key={document} project={project} document={document} {...opening} />
      </Announcer>
    );
  return <NotOpen project={project} opening={opening} />;
};

interface NotOpenProps {
  readonly project: Id;
  readonly opening: ReturnType<typeof useOpenDocument>;
}

const NotOpen = ({ project, opening }: NotOpenProps) => {
  const { t } = useLingui();
  useTitle(t`Document`);
  return (
    <>
      <TopBar crumbs={<DocumentCrumbs project={project} />} />
      <main id="main" tabIndex={-1} className={css.alone}>
        {opening.state === "waiting" && <Waiting what={t`Opening the document…`} />}
        {opening.state === "failed" && <Trouble error={opening.error} onRetry={opening.retry} />}
        {opening.state === "open" && (
          <Empty title={<Trans>You may no longer read this document</Trans>}>
            <Trans>Your part in this project has ended or changed. Edits that were not sent stay on this device.</Trans>
          </Empty>
        )}
      </main>
    </>
  );
};

interface DeskProps extends OpenDocument {
  readonly project: Id;
  readonly document: Id;
}

const OpenDesk = ({ project, document, ...opened }: DeskProps) => {
  const { t } = useLingui();
  const desk = useDeskState(project, document, opened);
  const [over, setOver] = useState<Overlay | null>(null);
  const [finishing, setFinishing] = useState(false);
  const neighbours = useNeighbours(project, document);
  const goDocument = useGoDocument(project, neighbours);
  useTitle(desk.snapshot.visible.document.title);
  useAskedSpan(desk);
  const doors: DeskDoors = {
    openHelp: () => setOver("help"),
    openFinish: () => setFinishing(true),
    openHistory: useOpenHistory(project, document),
    openCommands: () => setOver("commands"),
    openSpread: () => setOver("spread"),
    openSuggestions: () => setOver("suggestions"),
    openSkip: () => setOver("skip"),
    ...useHandingOut(desk, neighbours),
    goDocument,
  };
  useDeskKeys(desk, doors);
  const close = () => {
    setOver(null);
    // A dialog that is loaded when it is opened does not know where the focus was.
    requestAnimationFrame(() => desk.view.current?.focus());
  };
  return (
    <DeskContext value={desk}>
      <div className={css.desk} data-fills-window>
        <WithPresence here={opened.here}>
          <TopBar
            tight
            crumbs={<DocumentCrumbs project={project} title={desk.snapshot.visible.document.title} />}
            tools={
              <DeskBar
                feed={opened.feed}
                neighbours={neighbours}
                finishing={finishing}
                setFinishing={setFinishing}
                doors={doors}
              />
            }
          />
        </WithPresence>
        <aside className={css.palette}>
          <SelectedStrip />
          <Palette />
        </aside>
        <main id="main" className={css.text}>
          <TextColumn />
        </main>
        <aside ref={desk.panel} className={css.panel} data-up={desk.sheet} aria-label={t`Panel`}>
          <button type="button" className={css.grip} onClick={() => desk.setSheet(false)}>
            <Trans>Close the panel</Trans>
          </button>
          <Panel onAllSuggestions={doors.openSuggestions} />
        </aside>
      </div>
      <Suspense>
        <Over over={over} doors={doors} onClose={close} />
      </Suspense>
    </DeskContext>
  );
};

type Overlay = "skip" | "help" | "commands" | "spread" | "suggestions";

interface OverProps {
  readonly over: Overlay | null;
  readonly doors: DeskDoors;
  readonly onClose: () => void;
}

/** A dialog over the desk, loaded when it is wanted. */
const Over = ({ over, doors, onClose }: OverProps) => {
  const { snapshot, project, document } = useDesk();
  const row = snapshot.selected === null ? undefined : snapshot.own.annotations.get(snapshot.selected);
  if (over === "help") return <KeyHelp onClose={onClose} />;
  if (over === "commands") return <CommandPalette doors={doors} onClose={onClose} />;
  if (over === "suggestions") return <AnswerSuggestions onClose={onClose} />;
  if (over === "skip") return <Skip project={project.id} document={document} onClose={onClose} />;
  if (over === "spread" && row) return <Spread row={row} onClose={onClose} />;
  return null;
};

const useGoDocument = (project: Id, { previous, next }: Neighbours) => {
  const navigate = useNavigate();
  return (direction: 1 | -1) => {
    const row = direction > 0 ? next : previous;
    if (row) void navigate({ to: "/p/$project/d/$document", params: { project, document: row.document } });
  };
};

/** Without the server the next document is that of the list; a seat at it is taken by working on it. */
const useHandingOut = ({ project, document, say }: Desk, { unfinished }: Neighbours) => {
  const { t } = useLingui();
  const navigate = useNavigate();
  const next = useGoNext(project.id);
  const goNext = () =>
    next.mutate(document, {
      onError: () => {
        if (unfinished)
          void navigate({
            to: "/p/$project/d/$document",
            params: { project: project.id, document: unfinished.document },
          });
        else say(t`The server cannot be reached; the next document comes when it can`);
      },
    });
  const putBack = async () => {
    try {
      await sendCommands(project.id, [{ id: newId(), type: "return_seat", document, data: {} }]);
      await navigate({ to: "/p/$project/work", params: { project: project.id } });
    } catch {
      say(t`The server cannot be reached; try again in a moment`);
    }
  };
  return { goNext, putBack: () => void putBack() };
};

const useOpenHistory = (project: Id, document: Id) => {
  const navigate = useNavigate();
  return () => void navigate({ to: "/p/$project/d/$document/history", params: { project, document } });
};

/** A link to one span selects it, once. */
const useAskedSpan = ({ goTo, snapshot }: Desk): void => {
  const { span } = useSearch({ from: ROUTE });
  const asked = useRef(span);
  useEffect(() => {
    if (asked.current === undefined || !snapshot.own.annotations.has(asked.current)) return;
    goTo(asked.current);
    asked.current = undefined;
  }, [goTo, snapshot]);
};

export default Workspace;
