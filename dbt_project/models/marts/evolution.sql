{#- Two numbers compare when they count the same thing (definition, unit), reach us in the same way (collection) and
    stand for the same bodies (reporters), and when no break is declared between them. -#}
with numbered as (
    select
        indicator,
        ref_area,
        breakdown,
        category,
        time_period,
        obs_value,
        unit_measure,
        obs_status,
        definition,
        collection,
        {{ sorted_names("nullif(reporters, '')") }} as reporters,
        row_number() over (
            partition by indicator, ref_area, breakdown, category
            order by time_period
        ) as place
    from {{ ref("fct_observation") }}
),

pairs as (
    select
        latest.indicator,
        latest.ref_area,
        latest.breakdown,
        latest.category,
        latest.time_period,
        latest.obs_value,
        latest.unit_measure,
        latest.obs_status,
        former.time_period as previous_period,
        former.obs_value as previous_value,
        former.obs_status as previous_status,
        latest.obs_value - former.obs_value as change_value,
        latest.reporters = former.reporters as same_reporters,
        case
            when latest.definition <> former.definition
                then 'La définition a changé : ' || former.definition || ' → ' || latest.definition || '.'
        end as definition_change,
        case
            when latest.unit_measure <> former.unit_measure
                then 'L’unité a changé : ' || former.unit_measure || ' → ' || latest.unit_measure || '.'
        end as unit_change,
        case
            when latest.collection <> former.collection
                then 'Le recueil a changé : ' || former.collection || ' → ' || latest.collection || '.'
        end as collection_change,
        case
            when latest.reporters <> former.reporters
                then 'Les répondants ont changé : ' || former.reporters || ' → ' || latest.reporters || '.'
        end as reporters_change
    from numbered as latest
    left join numbered as former
        on
            latest.indicator = former.indicator
            and latest.ref_area = former.ref_area
            and latest.breakdown = former.breakdown
            and latest.category = former.category
            and latest.place = former.place + 1
),

declared as (
    {{ rows_of_definitions("comparability", {"since": "from", "kind": "kind", "reason": "reason"}) }}
),

spans as (
    select distinct
        indicator,
        previous_period,
        time_period
    from pairs
    where previous_period is not null
),

breaks as (
    select
        spans.indicator,
        spans.previous_period,
        spans.time_period,
        max(case when declared.kind = 'definition' then declared.reason end) as definition_change,
        max(case when declared.kind = 'collection' then declared.reason end) as collection_change,
        max(case when declared.kind = 'perimeter' then declared.reason end) as perimeter_change
    from spans
    inner join declared
        on
            spans.indicator = declared.indicator
            and spans.previous_period < declared.since
            and spans.time_period >= declared.since
    group by spans.indicator, spans.previous_period, spans.time_period
),

-- Known when the total is declared body by body as well.
like_for_like as (
    select
        pairs.indicator,
        pairs.ref_area,
        pairs.time_period,
        sum(pairs.change_value) as change_value
    from pairs
    inner join {{ ref("dim_indicator") }} as indicators
        on pairs.indicator = indicators.indicator and indicators.value_kind = 'count'
    where pairs.breakdown = 'repondant' and pairs.change_value is not null
    group by pairs.indicator, pairs.ref_area, pairs.time_period
),

explained as (
    select
        pairs.indicator,
        pairs.ref_area,
        pairs.breakdown,
        pairs.category,
        pairs.time_period,
        pairs.obs_value,
        pairs.unit_measure,
        pairs.obs_status,
        pairs.previous_period,
        pairs.previous_value,
        pairs.previous_status,
        pairs.same_reporters,
        like_for_like.change_value as change_of_those_present,
        case when pairs.unit_change is null then pairs.change_value end as change_value,
        case
            when pairs.previous_period is null then 'Pas de période précédente.'
            when pairs.obs_value is null
                then 'Pas de valeur pour ' || pairs.time_period || ' (statut ' || pairs.obs_status || ').'
            when pairs.previous_value is null
                then 'Pas de valeur pour ' || pairs.previous_period || ' (statut ' || pairs.previous_status || ').'
        end as missing,
        nullif(concat_ws(
            ' ',
            coalesce(breaks.definition_change, pairs.definition_change),
            pairs.unit_change,
            coalesce(breaks.collection_change, pairs.collection_change)
        ), '') as meaning_change,
        nullif(concat_ws(' ', breaks.perimeter_change, pairs.reporters_change), '') as perimeter_change
    from pairs
    left join breaks
        on
            pairs.indicator = breaks.indicator
            and pairs.previous_period = breaks.previous_period
            and pairs.time_period = breaks.time_period
    left join like_for_like
        on
            pairs.indicator = like_for_like.indicator
            and pairs.ref_area = like_for_like.ref_area
            and pairs.time_period = like_for_like.time_period
            and pairs.breakdown = '_T'
)

select
    indicator,
    ref_area,
    breakdown,
    category,
    time_period,
    obs_value,
    unit_measure,
    obs_status,
    previous_period,
    previous_value,
    previous_status,
    cast(change_value as decimal(18, 6)) as change_value,
    case when unit_measure <> 'pct' then {{ percentage("change_value", "previous_value") }} end as change_pct,
    case
        when meaning_change is not null then cast(null as decimal(18, 6))
        when same_reporters and perimeter_change is null then cast(change_value as decimal(18, 6))
        else cast(change_of_those_present as decimal(18, 6))
    end as like_for_like_change,
    case
        when missing is not null then 'sans_comparaison'
        when meaning_change is not null or perimeter_change is not null then 'non_comparable'
        else 'comparable'
    end as comparability,
    coalesce(missing, nullif(concat_ws(' ', meaning_change, perimeter_change), '')) as comparability_reason
from explained
