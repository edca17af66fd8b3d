import { useEffect, useRef } from 'preact/hooks'
import type { PageItem, SessionPage, WholeText } from '../src/studio/api.ts'
import { useAnswer } from './ask.ts'
import { Labeller } from './label-bar.tsx'
import { Copy } from './parts.tsx'
import { sessionPath } from './session-data.ts'
import { when } from './words.ts'

/** What is known of the message the reader is at: whose it is, where in the log it stands, and the message itself. */
export function SessionDetails({
  source,
  page,
  item,
  onClose,
}: {
  source: string
  page: SessionPage
  item: PageItem | undefined
  onClose: () => void
}) {
  const raw = useAnswer<WholeText>(item === undefined ? null : `${sessionPath(source, page.trace_id)}/raw/${item.message}`, page.version)
  const self = useRef<HTMLElement>(null)
  // On a narrow screen they stand below what is read.
  useEffect(() => self.current?.scrollIntoView({ block: 'nearest' }), [])
  return (
    <aside ref={self} class="details" aria-label="Details">
      <h2>
        {item === undefined ? 'No message' : `Message #${item.message}`}
        <button type="button" class="plain" onClick={onClose} aria-label="Close details">
          ×
        </button>
      </h2>
      {item !== undefined && (
        <>
          <dl>
            <dt>Whose words</dt>
            <dd>{item.whose}</dd>
            <dt>Trained on</dt>
            <dd>{item.trained ? 'yes' : 'no'}</dd>
            {item.replay && (
              <>
                <dt>Said before</dt>
                <dd>in another session; counted there</dd>
              </>
            )}
            <dt>When</dt>
            <dd>{when(item.at)}</dd>
            {item.place !== null && (
              <>
                <dt>In the log</dt>
                <dd>
                  {item.place} <Copy text={item.place}>copy</Copy>
                </dd>
              </>
            )}
            {'result' in item && item.result?.place != null && (
              <>
                <dt>Its result</dt>
                <dd>
                  #{item.result.message}, {item.result.place} <Copy text={item.result.place}>copy</Copy>
                </dd>
              </>
            )}
          </dl>
          <Labeller key={`${page.trace_id} ${item.message}`} source={source} sessions={[page.trace_id]} message={item.message} shows />
          <h3>As it is in the row</h3>
          {raw.data !== null && (
            <pre class="raw" tabIndex={0} role="region" aria-label="Message as JSON">
              {raw.data.text}
            </pre>
          )}
          {raw.error !== null && <p class="bad">{raw.error.message}</p>}
        </>
      )}
    </aside>
  )
}
