import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { parquet } from '../codec/parquet.ts'
import type { JsonObject } from '../json/json.ts'
import type { Row } from '../row.ts'
import { configFromJSON } from './config/builder.ts'
import { DataDesigner } from './data-designer.ts'

/*
 * Persons of datasets in a folder of managed assets, drawn by the sampler 'person'.
 */

const PEOPLE = 600
let home: string
let assets: string
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'tracewright-persons-'))
  assets = join(home, 'managed-assets')
  await dataset('en_US', i => ({
    uuid: `u${i}`,
    first_name: i % 2 === 0 ? 'Ann' : 'Bo',
    middle_name: i % 3 === 0 ? 'Lee' : null,
    last_name: `Smith${i}`,
    sex: i % 2 === 0 ? 'Female' : 'Male',
    age: i % 100,
    city: ['Troy', 'Rome', 'Lodi'][i % 3]!,
    region: ['NY', 'CA'][i % 2]!,
    occupation: ['baker', 'cook', 'smith', 'clerk'][i % 4]!,
    persona: `likes ${i}`,
    unheard_of: i,
  }))
  await dataset('de_DE', i => ({
    first_name: 'Jürgen',
    last_name: 'Groß',
    sex: i % 2 === 0 ? 'Weiblich' : 'Männlich',
    age: 40,
    region: 'BY',
  }))
  await dataset('ja_JP', () => ({ first_name: '陽子', last_name: '山田', sex: 'Female', age: 40 }))
  await dataset('fr_FR', () => ({ first_name: 'Léa', age: 40 }))
  writeFileSync(join(assets, 'datasets', 'ko_KR.parquet'), 'not Parquet')
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

async function dataset(locale: string, row: (i: number) => Row): Promise<void> {
  mkdirSync(join(assets, 'datasets'), { recursive: true })
  const writer = parquet.write(join(assets, 'datasets', `${locale}.parquet`))
  for (let i = 0; i < PEOPLE; i++) await writer.write(row(i))
  await writer.close()
}

const config = (params: JsonObject, more: JsonObject = {}) =>
  configFromJSON({ columns: [{ column_type: 'sampler', name: 'p', sampler_type: 'person', params, ...more }] })

async function drawn(params: JsonObject, records = 50, seed = 3): Promise<JsonObject[]> {
  const { dataset } = await new DataDesigner({ seed, managedAssetsPath: assets }).preview(config(params), { numRecords: records })
  return dataset.map(row => row['p'] as JsonObject)
}

describe('persons of the files a user has', () => {
  it('come with what is derived for them, fields in their order', async () => {
    const persons = await drawn({})
    expect(persons).toHaveLength(50)
    for (const person of persons) {
      expect(Object.keys(person)).toEqual([
        ...['uuid', 'first_name', 'middle_name', 'last_name', 'sex', 'age', 'city', 'occupation', 'locale'],
        ...['birth_date', 'phone_number', 'email_address', 'national_id', 'state'],
      ])
      const age = Number(person['age'])
      expect(age).toBeGreaterThanOrEqual(18)
      const days = (Date.now() - Date.parse(String(person['birth_date']))) / 86_400_000
      expect(Math.abs(days / 365.25 - age - 0.5)).toBeLessThan(0.52)
      expect(person['email_address']).toMatch(/^[a-z0-9._]+@[a-z]+\.com$/)
      expect(person['phone_number']).toMatch(/^[2-9]\d\d-[2-9]\d\d-\d{4}$/)
      const area = Number(String(person['national_id']).slice(0, 3))
      if (age > 20) expect(person['state'] === 'NY' ? [50, 134] : [545, 573]).toSatisfy(([least, most]) => area >= least && area <= most)
    }
    expect(new Set(persons.map(person => person['uuid'])).size).toBeGreaterThan(35)
  })

  it('are the same under the same seed, and others under another', async () => {
    expect(await drawn({ sex: 'Male' })).toEqual(await drawn({ sex: 'Male' }))
    expect(await drawn({ sex: 'Male' })).not.toEqual(await drawn({ sex: 'Male' }, 50, 4))
  })

  it.each<[JsonObject, (person: JsonObject) => boolean]>([
    [{ sex: 'Female' }, person => person['sex'] === 'Female'],
    [{ city: 'Troy' }, person => person['city'] === 'Troy'],
    [{ city: ['Troy', 'Lodi'] }, person => person['city'] !== 'Rome'],
    [{ age_range: [3, 9] }, person => Number(person['age']) >= 3 && Number(person['age']) <= 9 && person['email_address'] === null],
    [
      { select_field_values: { state: ['CA'], occupation: ['cook'] } },
      person => person['state'] === 'CA' && person['occupation'] === 'cook',
    ],
    [{ select_field_values: { occupation: [], persona: ['likes 44'] } }, person => person['uuid'] === 'u44'],
    [{ with_synthetic_personas: true }, person => person['persona'] === `likes ${String(person['uuid']).slice(1)}`],
  ])('are those who are asked for: %j', async (params, fits) => {
    const persons = await drawn(params)
    expect(persons).toHaveLength(50)
    expect(persons.filter(person => !fits(person))).toEqual([])
  })

  it('of other countries have no American numbers; German words and letters become those of all', async () => {
    const germans = await drawn({ locale: 'de_DE', sex: 'Female' })
    for (const { sex, phone_number, national_id, region, locale } of germans)
      expect({ sex, phone_number, national_id, region, locale }).toEqual({
        ...{ sex: 'Female', phone_number: null, national_id: null },
        ...{ region: 'BY', locale: 'de_DE' },
      })
    expect(germans.every(person => /^(jurgen|j|gross)/.test(String(person['email_address'])))).toBe(true)
    expect((await drawn({ locale: 'ja_JP' }, 1))[0]!['email_address']).toMatch(/^user\d{4}/)
  })

  it('are drawn by the parameters of the condition that is true', async () => {
    const builder = configFromJSON({
      columns: [
        { column_type: 'sampler', name: 'kind', sampler_type: 'category', params: { values: ['old', 'young'] } },
        {
          ...{ column_type: 'sampler', name: 'p', sampler_type: 'person' },
          ...{ params: { age_range: [18, 20] }, conditional_params: { 'kind == "old"': { age_range: [90, 99] } } },
        },
      ],
    })
    const { dataset } = await new DataDesigner({ seed: 1, managedAssetsPath: assets }).preview(builder, { numRecords: 20 })
    for (const row of dataset) expect(Number((row['p'] as JsonObject)['age']) >= 90).toBe(row['kind'] === 'old')
  })
})

describe('persons who are not to be had', () => {
  const missing: [JsonObject, string, string | null][] = [
    [{}, 'nobody says where the Nemotron Personas are', null],
    [{}, "there is no folder 'nowhere' of managed assets", 'nowhere'],
    [{ locale: 'pt_BR' }, "pt_BR.parquet'; found de_DE.parquet, en_US.parquet, fr_FR.parquet, ja_JP.parquet, ko_KR.parquet", 'assets'],
    [{ locale: 'fr_FR' }, "their file has no column 'last_name'", 'assets'],
    [{ select_field_values: { religion: ['none'] } }, "their file has no column 'religion'", 'assets'],
    [{ locale: 'ko_KR' }, 'Cannot read rows', 'assets'],
    [{ city: 'Atlantis', age_range: [30, 31] }, 'nobody has age 30 to 31, city Atlantis', 'assets'],
  ]
  it.each(missing)('%j: %s', async (params, words, folder) => {
    vi.stubEnv('DATA_DESIGNER_HOME', '')
    vi.stubEnv('DATA_DESIGNER_MANAGED_ASSETS_PATH', '')
    try {
      const designer = new DataDesigner({ managedAssetsPath: folder === 'assets' ? assets : folder })
      await expect(designer.preview(config(params))).rejects.toThrow(words)
      // The config is right all the same: it may be run where the files are.
      const { warnings } = await designer.validate(config(params))
      expect(warnings.join('\n')).toContain(words)
    } finally {
      vi.unstubAllEnvs()
    }
  })

  it('are found where the environment says', async () => {
    try {
      vi.stubEnv('DATA_DESIGNER_HOME', home)
      expect((await new DataDesigner().validate(config({}))).warnings).toEqual([])
      vi.stubEnv('DATA_DESIGNER_MANAGED_ASSETS_PATH', join(home, 'elsewhere'))
      expect((await new DataDesigner().validate(config({}))).warnings.join()).toContain('elsewhere')
    } finally {
      vi.unstubAllEnvs()
    }
  })
})
