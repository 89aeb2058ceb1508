SELECT `select`, `a b`, `x``y` AS `from` FROM `my table` AS `the table` WHERE `the table`.`select` > 1;
