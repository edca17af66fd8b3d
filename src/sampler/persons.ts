import type { Row } from '../row.ts'

/** Which rows of a dataset of persons are wanted. */
export type WantedPersons = {
  /** Whose dataset. */
  locale: string
  /** Columns that are read, of those the dataset has. */
  fields: readonly string[]
  /** Columns it must have. */
  needs: readonly string[]
  /** All of them hold for a person: a column that is one of some values, or a number between two, both included. */
  conditions: readonly PersonCondition[]
}

/** What holds for a column. */
export type PersonCondition = { column: string; oneOf: readonly string[] } | { column: string; least: number; most: number }

/** Persons of a dataset who are wanted, by number. */
export interface PersonRows {
  /** How many there are: at least one. */
  readonly size: number
  /** The row of one. */
  read(index: number): Promise<Row>
}

/** Datasets of persons. */
export interface Persons {
  /** Those who are wanted. Throws where there is no such dataset, it lacks a column, or nobody is. */
  of(wanted: WantedPersons): Promise<PersonRows>
}
