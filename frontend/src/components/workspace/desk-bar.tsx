import { useLingui } from "@lingui/react/macro";
import { useState } from "react";
import type { FeedStatus } from "../../api/feed";
import { FoldOut } from "../../ui/fold-out";
import { IconButton } from "../../ui/icon-button";
import { Icon } from "../../ui/icons";
import { MenuDivider, MenuItem, MenuLink } from "../../ui/menu";
import { may } from "../access";
import type { Neighbours } from "../neighbours";
import type { DeskDoors } from "./commands";
import { useDesk } from "./desk";
import css from "./desk-bar.module.css";
import { Finish } from "./finish";
import { shown } from "./keymap";
import { StatusChip } from "./status-chip";

interface Props {
  readonly feed: FeedStatus;
  readonly neighbours: Neighbours;
  readonly doors: DeskDoors;
  readonly finishing: boolean;
  readonly setFinishing: (open: boolean) => void;
}

export const DeskBar = ({ feed, neighbours, doors, finishing, setFinishing }: Props) => {
  const { t } = useLingui();
  const { project, snapshot, actions, canEdit } = useDesk();
  const { previous, next, place, total, more } = neighbours;
  const { goDocument, openHelp, openCommands } = doors;
  const keys = useKeys();
  return (
    <>
      <span className={css.wide}>
        <IconButton
          icon="previous"
          label={t`Previous document`}
          keys={keys("previous_document")}
          disabled={!previous}
          onClick={() => goDocument(-1)}
        />
        <span className={css.place}>{place > 0 ? `${place} / ${total}${more ? "+" : ""}` : ""}</span>
        <IconButton
          icon="next"
          label={t`Next document`}
          keys={keys("next_document")}
          disabled={!next}
          onClick={() => goDocument(1)}
        />
      </span>
      <StatusChip feed={feed} />
      <IconButton
        icon="undo"
        label={t`Undo`}
        keys={keys("undo")}
        disabled={!canEdit || !snapshot.canUndo}
        onClick={actions.undo}
      />
      <span className={css.wide}>
        <IconButton
          icon="redo"
          label={t`Redo`}
          keys={keys("redo")}
          disabled={!canEdit || !snapshot.canRedo}
          onClick={actions.redo}
        />
        <IconButton icon="search" label={t`All actions`} keys={keys("commands")} onClick={openCommands} />
        <IconButton icon="keyboard" label={t`Keys`} keys={keys("help")} onClick={openHelp} />
      </span>
      <More neighbours={neighbours} doors={doors} />
      {may(project.role, "annotate") && <Finish opened={finishing} onOpen={setFinishing} goNext={doors.goNext} />}
    </>
  );
};

/** The first key of an action, for this person. */
export const useKeys = (): ((id: string) => string | undefined) => {
  const { keymap } = useDesk();
  return (id) => {
    const [first] = keymap.get(id) ?? [];
    return first === undefined ? undefined : shown(first);
  };
};

/** Other views of the document; on a small screen also what found no room in the bar. */
const More = ({ neighbours, doors }: Pick<Props, "neighbours" | "doors">) => {
  const { t } = useLingui();
  const { project, document, actions, snapshot, canEdit, setSheet, setTab } = useDesk();
  const [opened, setOpened] = useState(false);
  const params = { project: project.id, document };
  const then = (act: () => void) => () => {
    setOpened(false);
    act();
  };
  const openPanel = () => {
    setTab("spans");
    setSheet(true);
  };
  return (
    <FoldOut
      opened={opened}
      onChange={setOpened}
      label={t`More`}
      role="menu"
      button={(props) => (
        <button type="button" className={css.more} aria-label={t`More`} {...props}>
          <Icon name="more" size={18} />
        </button>
      )}
    >
      <MenuLink to="/p/$project/d/$document/history" params={params}>
        {t`History`}
      </MenuLink>
      {may(project.role, "curate") && (
        <MenuLink to="/p/$project/d/$document/curate" params={params}>
          {t`Curate`}
        </MenuLink>
      )}
      <MenuDivider narrow />
      <MenuItem narrow onClick={then(openPanel)}>
        {t`Panel`}
      </MenuItem>
      <MenuItem narrow disabled={!canEdit || !snapshot.canRedo} onClick={then(actions.redo)}>
        {t`Redo`}
      </MenuItem>
      <MenuItem disabled={!canEdit} onClick={then(doors.openSkip)}>
        {t`Skip this document…`}
      </MenuItem>
      <MenuItem disabled={!canEdit} onClick={then(doors.putBack)}>
        {t`Pause: put this document back`}
      </MenuItem>
      <MenuItem narrow disabled={!neighbours.previous} onClick={then(() => doors.goDocument(-1))}>
        {t`Previous document`}
      </MenuItem>
      <MenuItem narrow disabled={!neighbours.next} onClick={then(() => doors.goDocument(1))}>
        {t`Next document`}
      </MenuItem>
      <MenuItem narrow onClick={then(doors.openCommands)}>
        {t`All actions`}
      </MenuItem>
      <MenuItem narrow onClick={then(doors.openHelp)}>
        {t`Keys`}
      </MenuItem>
    </FoldOut>
  );
};
