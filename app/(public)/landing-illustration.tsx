/** A stamped certificate as an inline SVG: it follows the theme and is small. */
export function LandingIllustration({ className }: { className?: string }) {
  return (
    <svg
      viewBox="36 10 376 434"
      className={className}
      role="img"
      aria-label="A certificate with a folded corner, stamped “Approved until 22 Nov 2029”."
      fill="none"
      strokeWidth="1.5"
    >
      {/* Stamp ink: rough edges and uneven coverage. */}
      <filter id="ink">
        <feTurbulence type="fractalNoise" baseFrequency="0.9" result="grain" />
        <feDisplacementMap in="SourceGraphic" in2="grain" scale="2.4" result="rough" />
        <feTurbulence type="fractalNoise" baseFrequency="0.05" seed="4" />
        <feColorMatrix values="0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 -4 3.3" />
        <feComposite in="rough" operator="in" />
      </filter>
      <path d="M66 40 386 22l18 400-320 18z" fill="var(--well)" stroke="var(--hairline)" />
      <path d="M40 18h276l48 48v376H40z" fill="var(--sheet)" stroke="var(--edge)" />
      <path d="M316 18v48h48" fill="var(--well)" stroke="var(--edge)" />
      <text x="72" y="86" fontSize="26" fill="var(--ink)" fontFamily="var(--font-serif)">
        Certificate
      </text>
      <path d="M72 106h120" stroke="var(--ink)" />
      <path
        d="M75 142h62m16 0h150M75 166h84m16 0h96M75 190h46m16 0h190M75 238h252M75 260h236M75 282h252M75 304h140"
        stroke="var(--hairline)"
        strokeWidth="7"
        strokeLinecap="round"
      />
      <path
        d="M72 404c14-26 22-34 26-26s-12 34-4 32 16-28 24-26-6 22 2 22 12-12 20-12 6 10 18 8M72 418h120"
        stroke="var(--edge)"
      />
      <g transform="rotate(-9 250 358)" stroke="var(--stamp-approved)" filter="url(#ink)">
        <rect x="150" y="318" width="206" height="84" rx="7" strokeWidth="4" />
        <rect x="157" y="325" width="192" height="70" rx="3" />
        <g fill="var(--stamp-approved)" stroke="none" textAnchor="middle">
          <text x="253" y="360" fontSize="25" fontWeight="600" letterSpacing="2.5">
            APPROVED
          </text>
          <text x="253" y="383" fontSize="15" letterSpacing="0.6">
            until 22 Nov 2029
          </text>
        </g>
      </g>
    </svg>
  );
}
