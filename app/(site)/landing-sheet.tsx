/** A document of nobody in particular, stamped: drawn, so that it follows the theme and weighs next to nothing. */
export function LandingSheet() {
  return (
    <svg viewBox="0 0 440 470" className="h-auto w-full" role="img" aria-labelledby="sheet-title">
      <title id="sheet-title">
        A certificate with a folded corner, stamped “Approved until 22 Nov 2029”.
      </title>
      <defs>
        <filter id="ink" x="-5%" y="-5%" width="110%" height="110%">
          <feTurbulence type="fractalNoise" baseFrequency="0.9" numOctaves="2" seed="7" result="grain" />
          <feDisplacementMap in="SourceGraphic" in2="grain" scale="2.4" result="rough" />
          <feTurbulence type="fractalNoise" baseFrequency="0.05" numOctaves="2" seed="4" />
          <feColorMatrix values="0 0 0 0 0  0 0 0 0 0  0 0 0 0 0  0 0 0 -4 3.35" />
          <feComposite in="rough" operator="in" />
        </filter>
      </defs>
      <path d="M66 40 386 22l18 400-320 18z" className="fill-well stroke-hairline" strokeWidth="1.5" />
      <path
        d="M40 18h276l48 48v376H40z"
        className="fill-sheet stroke-edge"
        strokeWidth="1.5"
        strokeLinejoin="round"
      />
      <path d="M316 18v48h48" className="fill-well stroke-edge" strokeWidth="1.5" strokeLinejoin="round" />
      <g className="fill-ink font-serif">
        <text x="72" y="86" fontSize="26" letterSpacing="-0.3">
          Certificate
        </text>
      </g>
      <path d="M72 106h120" className="stroke-ink" strokeWidth="1.5" />
      <g className="stroke-hairline" strokeWidth="7" strokeLinecap="round">
        <path d="M75 142h62m16 0h150M75 166h84m16 0h96M75 190h46m16 0h190" />
        <path d="M75 238h252M75 260h236M75 282h252M75 304h140" />
      </g>
      <g className="fill-none stroke-edge" strokeWidth="1.5">
        <path
          d="M72 404c14-26 22-34 26-26s-12 34-4 32 16-28 24-26-6 22 2 22 12-12 20-12 6 10 18 8"
          strokeLinecap="round"
        />
        <path d="M72 418h120" className="stroke-hairline" />
      </g>
      <g transform="rotate(-9 250 358)" className="fill-none stroke-approved" filter="url(#ink)">
        <rect x="150" y="318" width="206" height="84" rx="7" strokeWidth="4" />
        <rect x="157" y="325" width="192" height="70" rx="3" strokeWidth="1.5" />
        <g className="fill-approved stroke-none font-sans" textAnchor="middle">
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
