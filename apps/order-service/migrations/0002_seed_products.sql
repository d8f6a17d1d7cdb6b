insert into products (id, name, price) values
  (1, 'Espresso cup', 1200),
  (2, 'Pour-over kettle', 4900),
  (3, 'Hand grinder', 8900),
  (4, 'Paper filters, 100', 700),
  (5, 'Kitchen scale', 3500),
  (6, 'French press', 2900),
  (7, 'Milk pitcher', 1900),
  (8, 'Cold brew bottle', 2400),
  (9, 'Beans, 250 g', 1500),
  (10, 'Beans, 1 kg', 5200);
