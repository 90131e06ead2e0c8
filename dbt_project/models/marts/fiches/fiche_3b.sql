{{ fiche_table("3.B") }}
