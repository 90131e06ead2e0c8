{{ fiche_table("1.B") }}
