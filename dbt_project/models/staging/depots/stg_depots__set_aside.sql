-- The lines of deposits that are set aside, once for each indicator that they feed: that of their code, or of the code
-- that it seems to mean; none when it resembles no other.
with flawed as (
    {%- for producer in declaring_producers() %}
    {{ declared_flaws(producer ~ "_indicateurs") | indent }}
    union all
    {%- endfor %}
    {%- for deposit in pcrh_deposits() %}
    {{ pcrh_flaws(deposit) | indent }}
    {{- "\n    union all" if not loop.last }}
    {%- endfor %}
),

set_aside as (
    select
        source_id,
        extract_id,
        line,
        line_code,
        area_code,
        time_period,
        written_value,
        legible_period,
        legible_area,
        flaw
    from flawed
    where flaw is not null
),

resembling as (
    select
        set_aside.source_id,
        set_aside.extract_id,
        set_aside.line,
        listed.line_code as likely_code,
        row_number() over (
            partition by set_aside.source_id, set_aside.extract_id, set_aside.line
            order by levenshtein(lower(set_aside.line_code), lower(listed.line_code)), listed.line_code
        ) as place
    from set_aside
    inner join {{ ref("deposit_lines") }} as listed
        on set_aside.source_id = listed.source_id
    where
        set_aside.flaw in ('indicateur', 'theme')
        and levenshtein(lower(set_aside.line_code), lower(listed.line_code)) <= length(listed.line_code) / 3
),

likely_areas as (
    select
        set_aside.source_id,
        set_aside.extract_id,
        set_aside.line,
        min(areas.code) as likely_code
    from set_aside
    inner join {{ ref("int_areas") }} as areas
        on
            lower(trim(set_aside.area_code)) = lower(areas.label)
            or upper(trim(set_aside.area_code)) = areas.ref_area
            or trim(leading '0' from trim(set_aside.area_code)) = areas.code
    where set_aside.flaw in ('territoire', 'code_departement') and areas.area_type in ('REG', 'DEP')
    group by set_aside.source_id, set_aside.extract_id, set_aside.line
)

select
    set_aside.source_id,
    set_aside.extract_id,
    set_aside.line,
    set_aside.line_code,
    set_aside.area_code,
    set_aside.time_period,
    set_aside.written_value,
    set_aside.legible_period,
    set_aside.legible_area,
    set_aside.flaw,
    fed.indicator,
    coalesce(resembling.likely_code, likely_areas.likely_code) as likely_code
from set_aside
left join resembling
    on
        set_aside.source_id = resembling.source_id
        and set_aside.extract_id = resembling.extract_id
        and set_aside.line = resembling.line
        and resembling.place = 1
left join likely_areas
    on
        set_aside.source_id = likely_areas.source_id
        and set_aside.extract_id = likely_areas.extract_id
        and set_aside.line = likely_areas.line
left join {{ ref("deposit_lines") }} as fed
    on
        set_aside.source_id = fed.source_id
        and coalesce(resembling.likely_code, set_aside.line_code) = fed.line_code
