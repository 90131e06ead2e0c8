{{ fiche_table("2.B") }}
