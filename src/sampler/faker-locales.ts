/**
 * Locales people can be made up for, by the name that stands for each in Faker for JavaScript. Names are those of Faker for Python,
 * which configs hold; for a country it does not have, the language's own.
 */
export const FAKER_LOCALES: ReadonlyMap<string, string> = new Map(
  `ar_AA:ar ar_AE:ar ar_BH:ar ar_EG:ar ar_JO:ar ar_PS:ar ar_SA:ar az_AZ:az bn_BD cs_CZ da_DK:da de de_AT de_CH de_DE:de dk_DK:da el_CY:el el_GR:el en en_AU en_BD:en en_CA en_GB en_IE en_IN en_NZ:en en_PH:en en_TH:en en_US es es_AR:es es_CA:es es_CL:es es_CO:es es_ES:es es_MX fa_IR:fa fi_FI:fi fr_BE fr_CA fr_CH fr_FR:fr fr_QC:fr_CA he_IL:he hr_HR:hr hu_HU:hu hy_AM:hy id_ID it_CH:it it_IT:it ja_JP:ja ka_GE ko_KR:ko lv_LV:lv ne_NP:ne nl_BE nl_NL:nl no_NO:nb_NO pl_PL:pl pt_BR pt_PT ro_RO:ro ru_RU:ru sk_SK:sk sl_SI sv_SE:sv ta_IN th th_TH:th tr_TR:tr uk_UA:uk vi_VN:vi zh_CN zh_TW zu_ZA`
    .split(' ')
    .map(pair => {
      const [locale = '', name = locale] = pair.split(':')
      return [locale, name]
    }),
)

/** Locales that Data Designer knows and Faker for JavaScript has nothing for. */
export const WITHOUT_FAKER: readonly string[] = 'bg_BG bs_BA et_EE fil_PH ga_IE hi_IN la lb_LU lt_LT mt_MT or_IN sq_AL tl_PH tw_GH'.split(
  ' ',
)
