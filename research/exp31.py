from exp28 import *
def fn(r):
    out={}; A=r.A(); S={}
    for m in ("std","mm","geo","learn"):
        S[m]=final(r,m=m,kc=20,fl=9e-4); out["A/2+ "+m]=A/2+S[m]
    out["A/2+avg"]=A/2+(S["std"]+S["mm"])/2; out["A/2+avg3"]=A/2+(S["std"]+S["mm"]+S["learn"])/3
    return out
if __name__=="__main__": 
    res=sweep(fn,sys.argv[1].split(","),"/tmp/det/exp31.pkl",sets=ALL,splits=range(3))
