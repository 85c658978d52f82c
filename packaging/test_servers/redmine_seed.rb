# Run once by redmine.sh inside a new Redmine: what the tests need, and nothing else. Writes FOLDER/state/seed.json.
require 'json'
require 'securerandom'

raise 'this database already has projects: it is not a new one' if Project.any?

ActiveRecord::Base.connection.execute('PRAGMA journal_mode = WAL')
if Redmine::DefaultData::Loader.no_data?
  Redmine::DefaultData::Loader.load('en')
end

Setting.rest_api_enabled = '1'
Setting.login_required = '1'
Setting.notified_events = []
Setting.default_language = 'en'

admin = User.find_by!(login: 'admin')
admin.password = admin.password_confirmation = SecureRandom.hex(16)
admin.must_change_passwd = false
admin.save!

# Where a task carries our key: a filter on it is how the target is asked before anything is repeated.
field = IssueCustomField.new(
  name: 'Patchbay key', field_format: 'string', is_required: false, is_for_all: true, is_filter: true,
  searchable: true, visible: true, max_length: 200
)
field.trackers = Tracker.all
field.save!

role = Role.new(name: 'Patchbay', issues_visibility: 'all')
role.permissions = %i[view_project view_issues add_issues edit_issues add_issue_notes]
role.save!

project = Project.new(name: 'Support', identifier: 'support', is_public: false)
project.enabled_module_names = ['issue_tracking']
project.trackers = Tracker.all
project.save!

user = User.new(firstname: 'Patchbay', lastname: 'Console', mail: 'patchbay@example.test', language: 'en')
user.login = 'patchbay'
user.password = user.password_confirmation = SecureRandom.hex(16)
user.save!
Member.create!(project: project, principal: user, roles: [role])

File.write(
  ENV.fetch('SEED_FILE'),
  {
    api_key: user.api_key, admin_key: admin.api_key, project: project.identifier, project_id: project.id,
    tracker_id: project.trackers.first.id, key_field: field.id,
    closed_status_id: IssueStatus.where(is_closed: true).first.id
  }.to_json
)
