import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";

const ink: MantineColorsTuple = [
  "#eef3f8",
  "#dbe5ee",
  "#b9cee0",
  "#92bce2",
  "#6f9fca",
  "#4c80ae",
  "#356791",
  "#245078",
  "#1b3f61",
  "#12304c",
];

const small = { defaultProps: { size: "sm" } };
// A star would be part of the field's name; what may stay empty says so instead.
const field = { defaultProps: { size: "sm", withAsterisk: false } };
// Locking the scroll writes a style that the page's policy refuses.
const still = { lockScroll: false, transitionProps: { duration: 0 } };

export const theme = createTheme({
  colors: { ink },
  primaryColor: "ink",
  primaryShade: { light: 7, dark: 3 },
  autoContrast: true,
  defaultRadius: 6,
  fontFamily: "var(--sans)",
  fontFamilyMonospace: "var(--mono)",
  headings: { fontFamily: "var(--sans)", fontWeight: "600" },
  components: {
    Button: small,
    TextInput: field,
    PasswordInput: field,
    Textarea: field,
    TagsInput: small,
    MultiSelect: small,
    Switch: small,
    Checkbox: small,
    SegmentedControl: { defaultProps: { size: "xs" } },
    Modal: { defaultProps: { ...still, centered: true, overlayProps: { backgroundOpacity: 0.4 } } },
    Drawer: { defaultProps: still },
  },
});

/** Mantine draws with the page's own names, so that both schemes are defined in one place, styles/base.css. */
export const variables: CSSVariablesResolver = () => {
  const own = {
    "--mantine-color-body": "var(--paper)",
    "--mantine-color-text": "var(--ink)",
    "--mantine-color-dimmed": "var(--ink-2)",
    "--mantine-color-placeholder": "var(--ink-2)",
    "--mantine-color-default": "var(--surface)",
    "--mantine-color-default-hover": "var(--sunken)",
    "--mantine-color-default-color": "var(--ink)",
    "--mantine-color-default-border": "var(--line-strong)",
    "--mantine-color-error": "var(--bad)",
    "--mantine-color-red-light-color": "var(--bad)",
    "--mantine-color-red-outline": "var(--bad)",
    "--mantine-color-anchor": "var(--accent)",
  };
  return { variables: {}, light: own, dark: own };
};
