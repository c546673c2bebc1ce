import styles from "./frame.module.css";
import type { Theme } from "./theme";
import { ThemeChoice } from "./theme-choice";

/** The footer of pages without an account menu. It holds the theme choice of these pages. */
export function SiteFooter({ theme }: { theme: Theme }) {
  return (
    <footer className={styles.footer}>
      <div className={styles.row}>
        <p>Dossier is open source. It logs every opening of a document.</p>
        <ThemeChoice theme={theme} />
      </div>
    </footer>
  );
}
