{{ fiche_table("5") }}
