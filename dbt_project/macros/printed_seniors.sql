{#- The rates of the seniors that the deposit of the Cariforef prints: of which indicator and year, and in which column. -#}
{% macro printed_seniors() -%}
    {{ return([
        {
            "rate": "employment",
            "indicator": "1C4_taux_emploi_seniors",
            "time_period": "2021",
            "column": "employment_rate_2021",
        },
        {
            "rate": "employment",
            "indicator": "1C4_taux_emploi_seniors",
            "time_period": "2022",
            "column": "employment_rate_2022",
        },
        {
            "rate": "activity",
            "indicator": "1C5_taux_activite_seniors",
            "time_period": "2022",
            "column": "activity_rate_2022",
        },
    ]) }}
{%- endmacro %}
