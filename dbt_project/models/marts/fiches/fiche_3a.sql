{{ fiche_table("3.A") }}
