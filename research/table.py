# prints mean table over groups for csv files with set,split,method,auroc,ap,f1
import sys; from common import *
import csv, collections
def read(f):
    d=collections.defaultdict(dict)
    for r in csv.DictReader(open(f)): d[r["method"]][(r["set"],int(r["split"]))]=(float(r["auroc"]),float(r["ap"]),float(r["f1"]))
    return d
def group(d,sets):
    return np.mean([np.mean([v for (s,k),v in d.items() if s==n],0) for n in sets],0)*100
if __name__=="__main__":
    for f in sys.argv[1:]:
        d=read(f)
        for m in d:
            print(f"{m:14s}", *["%s %5.2f/%5.2f/%5.2f |"%(g,*group(d[m],s)) for g,s in (("8",EIGHT),("14",FOURTEEN),("dev7",DEV7),("conf7",CONF7))])
