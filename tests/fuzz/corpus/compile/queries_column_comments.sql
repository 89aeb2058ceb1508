SELECT k, id FROM c;
