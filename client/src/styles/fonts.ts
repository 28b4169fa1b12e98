// The faces travel with the application: a wall has no other way to get them, and a machine without Chinese fonts must look the same.
import '@fontsource/barlow/latin-500.css'
import '@fontsource/barlow/latin-600.css'
import '@fontsource-variable/noto-sans-sc/wght.css'
import './tokens.css'
import './base.css'
