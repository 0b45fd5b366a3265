export const checkout: string;
export const cacheDir: string;
export const mysqlBin: string;
export const motoServer: string;
