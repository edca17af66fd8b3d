import type { RunManifest } from '../../dataset/run/manifest.ts'
import type { ModelLoad } from '../../dataset/run/run-life.ts'
import type { Trouble } from '../../model/ask/breaker.ts'
import type { Failure } from '../rows/failure.ts'
import type { BillLine } from './bill.ts'

/** How far a run is. */
export type RunProgress = {
  /** Rows to draw, or to accept. Where all rows of a seed are wanted: those that were drawn, and one for each thing of it that was not yet read. */
  target: number
  /** Of these, dealt with. */
  done: number
  /** Rows drawn from the seed, earlier sessions of the run included. */
  drawn: number
  /** Finished rows. */
  rows: number
  /** Rows that failed. */
  failed: number
  /** Finished, and not accepted. */
  declined: number
  /** Cells of this session. */
  columns: {
    [column: string]: {
      /** Cells that are there. */
      done: number
      /** Cells that could not be computed. */
      failed: number
    }
  }
  /** What each model is doing. */
  models: (ModelLoad & {
    /** Calls that were answered from the cache. */
    cached: number
    /** Tokens of prompts. */
    input_tokens: number
    /** Tokens of replies. */
    output_tokens: number
  })[]
  /** Endpoints that do not answer. */
  troubles: Trouble[]
  /** Of the whole run. */
  bill: BillLine
  /** Since this session began to make rows. */
  seconds: number
}

/** Something that happened in a run. */
export type RunEvent =
  | {
      /** What kind it is. */
      type: 'begin'
      /** Name of the run. */
      dataset: string
      /** Rows that are wanted; where all of a seed are, its number of things, such as logs. */
      target: number
      /** Rows that were there before. */
      resumed_from: number
      /** Seed of chance. */
      seed: number
    }
  | {
      /** What kind it is. */
      type: 'note'
      /** The words. */
      text: string
    }
  | {
      /** What kind it is. */
      type: 'failure'
      /** The row that failed, and why. */
      failure: Failure
    }
  | {
      /** What kind it is. */
      type: 'endpoint_down'
      /** URL below which it answers. */
      endpoint: string
      /** Why. */
      reason: string
      /** Seconds until the run gives up. */
      gives_up_in: number
    }
  | {
      /** What kind it is. */
      type: 'endpoint_back'
      /** URL below which it answers. */
      endpoint: string
      /** Seconds it did not answer. */
      down_for: number
    }
  | {
      /** What kind it is. */
      type: 'part'
      /** Name of the file. */
      file: string
      /** Number of rows. */
      rows: number
    }
  | {
      /** What kind it is. */
      type: 'end'
      /** How it ended. */
      status: RunManifest['status']
      /** Why. */
      reason: string | null
      /** Number of rows. */
      rows: number
      /** Things that gave no row. */
      rejects: number
    }
