/**
 * The plan's indicators, each as its wording says, written out one by one. Nothing here knows the formulas of config/indicators: where the two
 * differ, one of them is wrong.
 */

/** What is counted, of the district or of one unit; undefined where nothing is known of it. */
export interface Counted {
  /** a stock, or a running total of the year */
  now(input: string): number | undefined
  /** the same on the first of January */
  start(input: string): number | undefined
  /** batches of the year together */
  batches(input: string): number | undefined
  /** of the orders due since the start of the period, and of these in time */
  due(channel: string, period: 'year' | 'month'): number | undefined
  onTime(channel: string, period: 'year' | 'month'): number | undefined
  /** of the call-backs since then that were answered, and of these 满意 and 基本满意 */
  rated(channel: string, period: 'year' | 'month'): number | undefined
  content(channel: string, period: 'year' | 'month'): number | undefined
}

/** 分子, 分母; a plain count has no 分母. */
export type Parts = readonly [part: number | undefined, whole?: number | undefined]

export interface PlanRate {
  /** 100 for per cent */
  readonly times: 1 | 100
  /** whether it is a quotient at all */
  readonly isRate: boolean
  readonly of: (counted: Counted) => Parts
}

const percent = (of: (counted: Counted) => readonly [number | undefined, number | undefined]): PlanRate => ({ times: 100, isRate: true, of })
const perHead = (of: (counted: Counted) => readonly [number | undefined, number | undefined]): PlanRate => ({ times: 1, isRate: true, of })
const count = (of: (counted: Counted) => number | undefined): PlanRate => ({ times: 1, isRate: false, of: (counted) => [of(counted)] })

const minus = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? undefined : one - other

/** 第七次全国人口普查, 2020年11月1日零时 */
const population = 504_848

export const planRates: Readonly<Record<string, PlanRate>> = {
  // 1 差评整改: 按期办结的差评 ÷ 到期的差评
  negative_review_rectification_on_time_rate: percent((of) => [of.onTime('negative-review', 'year'), of.due('negative-review', 'year')]),
  // 2 个人用户注册率, 个人信息完备度
  individual_user_registration_rate: percent((of) => [of.now('registered_individuals'), of.now('residents')]),
  individual_profile_completeness: percent((of) => [of.now('profile_fields_filled'), of.now('profile_fields_required')]),
  // 3 企业用户注册率, 法人信息完备度
  enterprise_user_registration_rate: percent((of) => [of.now('registered_enterprises'), of.now('market_entities')]),
  legal_person_profile_completeness: percent((of) => [of.now('legal_fields_filled'), of.now('legal_fields_required')]),
  // 4 活跃用户占比
  active_user_rate: percent((of) => [of.now('active_users'), of.now('registered_users')]),
  // 5 承诺时限压缩比: what was saved of the statutory days
  commitment_time_reduction_ratio: percent((of) => [minus(of.now('statutory_days'), of.now('committed_days')), of.now('statutory_days')]),
  // 6 查询精准性, 9 无障碍服务
  search_precision: percent((of) => [of.now('queries_hit'), of.now('queries_sampled')]),
  accessibility_service: percent((of) => [of.now('accessibility_passed'), of.now('accessibility_checks')]),
  // 10 网上可办率, 11 全程网办率, of 应上网事项
  online_availability_rate: percent((of) => [of.now('items_online'), of.now('items_to_put_online')]),
  end_to_end_online_rate: percent((of) => [of.now('items_end_to_end'), of.now('items_to_put_online')]),
  // 12 “一件事一次办”办件覆盖率: themes, not cases
  one_matter_case_coverage: percent((of) => [of.now('themes_with_cases'), of.now('themes_live')]),
  // 13 电子证照归集率, 14 人均汇聚量, 15 证照签章率 (of those collected), 16 电子签章增长率 (on the first of January)
  e_certificate_collection_rate: percent((of) => [of.now('certificates_collected'), of.now('certificates_due')]),
  e_certificates_per_capita: perHead((of) => [of.now('certificates_collected'), population]),
  e_certificate_seal_rate: percent((of) => [of.now('certificates_sealed'), of.now('certificates_collected')]),
  e_seal_signing_growth: percent((of) => [minus(of.now('certificates_sealed'), of.start('certificates_sealed')), of.start('certificates_sealed')]),
  // 17 编目率, 18 数据编目增长率, 19 资源挂接率
  item_catalog_rate: percent((of) => [of.now('items_catalogued'), of.now('items_total')]),
  data_catalog_growth: percent((of) => [minus(of.now('catalog_entries'), of.start('catalog_entries')), of.start('catalog_entries')]),
  resource_mount_rate: percent((of) => [of.now('catalog_entries_mounted'), of.now('catalog_entries')]),
  // 20 申请利用率
  shared_data_application_use_rate: percent((of) => [of.now('data_applications_used'), of.now('data_applications')]),
  // 21 to 24 抽检: every batch of the year counts
  portal_spot_check_pass_rate: percent((of) => [of.batches('portal_items_passed'), of.batches('portal_items_checked')]),
  app_spot_check_pass_rate: percent((of) => [of.batches('app_items_passed'), of.batches('app_items_checked')]),
  guide_process_detail: percent((of) => [of.batches('guides_detailed'), of.batches('guides_checked')]),
  guide_sample_form_completeness: percent((of) => [of.batches('sample_forms_complete'), of.batches('sample_forms_checked')]),
  // 25 终端使用率, 在线率
  kiosk_usage_rate: percent((of) => [of.now('kiosks_used'), of.now('kiosks')]),
  kiosk_online_rate: percent((of) => [of.now('kiosks_online'), of.now('kiosks')]),
  // 26 办件回流: of the whole year's, whatever part of it has passed
  case_backflow_rate: percent((of) => [of.now('cases_returned'), of.now('cases_annual_base')]),
  // 27 办件关联事项, 28 评价关联事项 (of those with cases)
  case_item_association: percent((of) => [of.now('items_with_cases'), of.now('items_total')]),
  review_item_association: percent((of) => [of.now('items_with_reviews'), of.now('items_with_cases')]),
  // 29 “甘快办”, 30 高频应用
  app_item_share: percent((of) => [of.now('items_in_app'), of.now('items_on_platform')]),
  app_high_frequency_integrations: count((of) => of.now('app_integrations')),
  // 31 资源数据增长, 32 人均增长量
  resource_data_growth_rate: count((of) => minus(of.now('records_gathered'), of.start('records_gathered'))),
  data_growth_per_capita: perHead((of) => [minus(of.now('records_gathered'), of.start('records_gathered')), population]),
  // 33 电子印章
  e_seal_collected_count: count((of) => of.now('seals_collected')),
  // 34 事项进驻, online and in the hall
  item_stationing_rate: percent((of) => [of.now('items_in_portal'), of.now('items_to_station')]),
  item_stationing_rate_offline: percent((of) => [of.now('items_in_hall'), of.now('items_to_station')]),
  // 35 电子表单, 36 异常办件, 37 适老化, 38 IPv6
  e_form_coverage: percent((of) => [of.now('items_with_form'), of.now('items_total')]),
  abnormal_case_count: count((of) => of.now('abnormal_cases')),
  website_age_friendly_completion_rate: percent((of) => [of.now('sites_retrofitted'), of.now('sites')]),
  ipv6_page_support_rate: percent((of) => [of.now('links_over_ipv6'), of.now('links_checked')]),
  // 39 12345 按时办结, 40 知识库, 41 满意率: of the month, the base of knowledge of the year
  hotline_12345_on_time_closure_rate: percent((of) => [of.onTime('hotline-12345', 'month'), of.due('hotline-12345', 'month')]),
  hotline_12345_kb_accuracy: percent((of) => [of.batches('kb_entries_correct'), of.batches('kb_entries_sampled')]),
  hotline_12345_satisfaction: percent((of) => [of.content('hotline-12345', 'month'), of.rated('hotline-12345', 'month')]),
  // 42, 43 领导留言板
  leader_board_on_time_closure_rate: percent((of) => [of.onTime('leader-board', 'year'), of.due('leader-board', 'year')]),
  leader_board_satisfaction: percent((of) => [of.content('leader-board', 'year'), of.rated('leader-board', 'year')]),
  // 44 中国政府网, 45 陇商通
  gov_cn_message_on_time_rate: percent((of) => [of.onTime('gov-cn-message', 'year'), of.due('gov-cn-message', 'year')]),
  longshangtong_on_time_rate: percent((of) => [of.onTime('longshangtong', 'year'), of.due('longshangtong', 'year')]),
}
