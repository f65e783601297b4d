// filled by the offline entry of sales
