/**
 * 数据项编码 of the indicator platform → input of config/inputs.yaml. A code that is not here is refused by its own name. An input that the
 * configuration has dropped, or counts by itself, is refused by admission.
 */
export const inputCodes: ReadonlyMap<string, string> = new Map(
  Object.entries({
    // 人口、用户
    RK01: 'residents',
    YH01: 'registered_individuals',
    YH02: 'profile_fields_required',
    YH03: 'profile_fields_filled',
    YH04: 'market_entities',
    YH05: 'registered_enterprises',
    YH06: 'legal_fields_required',
    YH07: 'legal_fields_filled',
    YH08: 'registered_users',
    YH09: 'active_users',
    // 事项
    SX01: 'items_total',
    SX02: 'statutory_days',
    SX03: 'committed_days',
    SX04: 'items_to_put_online',
    SX05: 'items_online',
    SX06: 'items_end_to_end',
    SX07: 'items_catalogued',
    SX08: 'items_with_cases',
    SX09: 'items_with_reviews',
    SX10: 'items_on_platform',
    SX11: 'items_in_app',
    SX12: 'app_integrations',
    SX13: 'items_to_station',
    SX14: 'items_in_portal',
    SX15: 'items_in_hall',
    SX16: 'items_with_form',
    // 一件事
    YJS01: 'themes_live',
    YJS02: 'themes_with_cases',
    YJS03: 'theme_cases',
    YJS04: 'theme_cases_online',
    // 证照、印章
    ZZ01: 'certificates_due',
    ZZ02: 'certificates_collected',
    ZZ03: 'certificates_sealed',
    ZZ04: 'seals_collected',
    // 目录、共享、汇聚
    ML01: 'catalog_entries',
    ML02: 'catalog_entries_mounted',
    ML03: 'data_applications',
    ML04: 'data_applications_used',
    HJ01: 'records_gathered',
    // 抽检
    CJ01: 'portal_items_checked',
    CJ02: 'portal_items_passed',
    CJ03: 'app_items_checked',
    CJ04: 'app_items_passed',
    CJ05: 'guides_checked',
    CJ06: 'guides_detailed',
    CJ07: 'sample_forms_checked',
    CJ08: 'sample_forms_complete',
    // 自助终端
    ZD01: 'kiosks',
    ZD02: 'kiosks_used',
    ZD03: 'kiosks_online',
    // 办件
    BJ01: 'cases_annual_base',
    BJ02: 'cases_returned',
    BJ03: 'abnormal_cases',
    // 查询、无障碍、网站、知识库
    CX01: 'queries_sampled',
    CX02: 'queries_hit',
    WZA01: 'accessibility_checks',
    WZA02: 'accessibility_passed',
    WZ01: 'sites',
    WZ02: 'sites_retrofitted',
    WZ03: 'links_checked',
    WZ04: 'links_over_ipv6',
    ZS01: 'kb_entries_sampled',
    ZS02: 'kb_entries_correct',
  }),
)
