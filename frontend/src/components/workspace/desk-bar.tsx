import { useLingui } from "@lingui/react/macro";
import { useState } from "react";
import type { FeedStatus } from "../../api/feed";
import { FoldOut } from "../../ui/fold-out";
import { IconButton } from "../../ui/icon-button";
import { Icon } from "../../ui/icons";
import { MenuDivider, MenuItem, MenuLink } from "../../ui/menu";
import { may } from "../access";
import type { Neighbours } from "../neighbours";
import { useDesk } from "./desk";
import css from "./desk-bar.module.css";
import { Finish } from "./finish";
import { StatusChip } from "./status-chip";

interface Props {
  readonly feed: FeedStatus;
  readonly neighbours: Neighbours;
  readonly goDocument: (direction: 1 | -1) => void;
  readonly finishing: boolean;
  readonly setFinishing: (open: boolean) => void;
  readonly openHelp: () => void;
}

export const DeskBar = ({ feed, neighbours, goDocument, finishing, setFinishing, openHelp }: Props) => {
  const { t } = useLingui();
  const { project, snapshot, actions, canEdit } = useDesk();
  const { previous, next, place, total, more } = neighbours;
  return (
    <>
      <span className={css.wide}>
        <IconButton
          icon="previous"
          label={t`Previous document`}
          keys="k"
          disabled={!previous}
          onClick={() => goDocument(-1)}
        />
        <span className={css.place}>{place > 0 ? `${place} / ${total}${more ? "+" : ""}` : ""}</span>
        <IconButton icon="next" label={t`Next document`} keys="j" disabled={!next} onClick={() => goDocument(1)} />
      </span>
      <StatusChip feed={feed} />
      <IconButton
        icon="undo"
        label={t`Undo`}
        keys="Ctrl+Z"
        disabled={!canEdit || !snapshot.canUndo}
        onClick={actions.undo}
      />
      <span className={css.wide}>
        <IconButton
          icon="redo"
          label={t`Redo`}
          keys="Ctrl+Shift+Z"
          disabled={!canEdit || !snapshot.canRedo}
          onClick={actions.redo}
        />
        <IconButton icon="keyboard" label={t`Keys`} keys="?" onClick={openHelp} />
      </span>
      <More neighbours={neighbours} goDocument={goDocument} openHelp={openHelp} />
      {may(project.role, "annotate") && <Finish opened={finishing} onOpen={setFinishing} neighbours={neighbours} />}
    </>
  );
};

/** Other views of the document; on a small screen also what found no room in the bar. */
const More = ({ neighbours, goDocument, openHelp }: Pick<Props, "neighbours" | "goDocument" | "openHelp">) => {
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
      <MenuItem narrow disabled={!neighbours.previous} onClick={then(() => goDocument(-1))}>
        {t`Previous document`}
      </MenuItem>
      <MenuItem narrow disabled={!neighbours.next} onClick={then(() => goDocument(1))}>
        {t`Next document`}
      </MenuItem>
      <MenuItem narrow onClick={then(openHelp)}>
        {t`Keys`}
      </MenuItem>
    </FoldOut>
  );
};
