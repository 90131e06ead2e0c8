{#- A list of names separated by « , », in alphabetical order, so that two lists of the same names are equal. -#}
{% macro sorted_names(names) -%}
    {{ return(adapter.dispatch("sorted_names", "vigie")(names)) }}
{%- endmacro %}

{% macro default__sorted_names(names) -%}
    array_to_string(list_sort(string_split({{ names }}, ', ')), ', ')
{%- endmacro %}

{% macro spark__sorted_names(names) -%}
    array_join(array_sort(split({{ names }}, ', ')), ', ')
{%- endmacro %}
