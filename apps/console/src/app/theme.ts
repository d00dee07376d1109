import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

/** Water at a quay. */
const harbour: MantineColorsTuple = [
  '#eaf5fb',
  '#d5e8f3',
  '#a9d0e6',
  '#7bb7d9',
  '#56a2ce',
  '#3f95c7',
  '#318fc5',
  '#227bae',
  '#176c9b',
  '#125a80',
];

export const theme = createTheme({
  primaryColor: 'harbour',
  primaryShade: 8,
  colors: { harbour },
  defaultRadius: 'md',
  fontFamily: 'Inter, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
  headings: { fontWeight: '650' },
  cursorType: 'pointer',
  components: {
    Drawer: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } },
    Notification: {
      defaultProps: {
        closeButtonProps: { 'aria-label': 'Dismiss' },
        // Mantine's grey is too light to be read on white.
        styles: { description: { color: 'var(--mantine-color-dimmed)' } },
      },
    },
    // Both are made of `header`, which outside of `main` would be a second banner of the page.
    ModalHeader: { defaultProps: { role: 'presentation' } },
    DrawerHeader: { defaultProps: { role: 'presentation' } },
    Modal: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' }, centered: true } },
  },
});

/** Mantine's own greys and reds miss 4.5 : 1 on its backgrounds (WCAG 2.2, 1.4.3); these do not. */
export const readableColours: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#545e68',
    '--mantine-color-placeholder': '#69727b',
    '--mantine-color-error': '#c92a2a',
    '--mantine-color-red-outline': '#c92a2a',
    '--mantine-color-red-light-color': '#a51c1c',
    '--mantine-color-red-filled': '#c92a2a',
    '--mantine-color-teal-filled': '#0b7a5b',
    '--mantine-color-yellow-outline': '#8a5a00',
  },
  dark: {
    '--mantine-color-dimmed': '#a7b0b8',
    '--mantine-color-placeholder': '#949da6',
    '--mantine-color-error': '#ff8f8f',
    '--mantine-color-red-outline': '#ff8f8f',
    '--mantine-color-red-light-color': '#ffb3b3',
    '--mantine-color-red-filled': '#c92a2a',
    '--mantine-color-teal-filled': '#0b7a5b',
    '--mantine-color-anchor': '#7bb7d9',
    '--mantine-color-body': '#14191e',
  },
});
