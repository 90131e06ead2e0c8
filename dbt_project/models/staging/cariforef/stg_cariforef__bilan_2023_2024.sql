select
    indicator,
    time_period as printed_period,
    dimension,
    code,
    {{ to_decimal("value") }} as printed_value,
    -- What the last printed digit is worth: 1, 0.1, 0.01.
    power(10, case when instr(value, '.') > 0 then instr(value, '.') - length(value) else 0 end) as printed_step,
    unit as printed_unit,
    printed_in,
    note,
    printed_text,
    _extract_id as extract_id,
    _line as line
from {{ source("landed", "cariforef_bilan_2023_2024") }}
