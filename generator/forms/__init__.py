"""What people type, validated: every refusal is a sentence beside the field it is about."""
