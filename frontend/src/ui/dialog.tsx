import { useLingui } from "@lingui/react/macro";
import { Modal, type ModalProps } from "@mantine/core";

/** A dialog over the page; it closes with Escape and gives the focus back. */
export const Dialog = (props: ModalProps) => {
  const { t } = useLingui();
  return <Modal closeButtonProps={{ "aria-label": t`Close` }} {...props} />;
};
