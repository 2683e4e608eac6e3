mod crashes;
mod damage;
mod ledger;
mod stack;
mod transition;
