{{ stage_parcoursup_session("parcoursup_2019", code_in_link=true) }}
