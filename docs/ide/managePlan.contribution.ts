import { localize2 } from 'vs/nls.js';
import { Action2, MenuId, registerAction2 } from 'vs/platform/actions/common/actions.js';
import { ICommandService } from 'vs/platform/commands/common/commands.js';
import { ServicesAccessor } from 'vs/platform/instantiation/common/instantiation.js';

registerAction2(class ManagePlan extends Action2 {
	constructor() {
		super({
			id: 'workbench.action.managePlan',
			title: localize2('managePlan', "Manage Plan"),
			menu: { id: MenuId.AccountsContext, group: '1_billing', order: 1 },
		});
	}
	run(accessor: ServicesAccessor): Promise<unknown> {
		return accessor.get(ICommandService).executeCommand('billfold.managePlan');
	}
});
